"""Agents, groups, invitations and administrators of a site."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.chat.actions import members, messages, replies
from otklik.chat.actions.messages import Post
from otklik.chat.models import Agent, AgentGroup, Conversation, Invitation, Site, SiteMember
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.chat.tests.test_posting import arrival
from otklik.lib.tests.pictures import picture
from otklik.people.models import Picture, User


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def invited(browser: Client, site: Site, **given: str) -> str:
    """The path of a new invitation's link."""
    answer = browser.post(page_of(site, "agents/invitations/"), {f"invite-{k}": v for k, v in given.items()})
    found = re.search(r"(/chat/join/\w+/)</code>", answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def test_s22_presence_is_set_by_hand_and_by_no_open_page(browser: Client, shop: Site) -> None:
    agent = shop.agents.get()
    browser.post(page_of(shop, f"agents/{agent.public_id}/presence/"), {"presence": "offline"})
    text(browser, page_of(shop, "agents/"))
    text(browser, "/chat/")
    agent.refresh_from_db()
    assert agent.presence == "offline"

    browser.post(page_of(shop, f"agents/{agent.public_id}/presence/"), {"presence": "asleep"})
    agent.refresh_from_db()
    assert agent.presence == "offline"


def test_an_agent_for_the_api_is_marked_and_his_address_is_his_alone(browser: Client, shop: Site) -> None:
    given = {"new-name": "Robot", "new-email": "robot@example.com"}
    assert browser.post(page_of(shop, "agents/new/"), given).status_code == 302
    page = text(browser, page_of(shop, "agents/"))
    assert "Robot" in page and "answers through the API only" in page

    again = browser.post(page_of(shop, "agents/new/"), given | {"new-name": "Robot 2"})
    assert again.status_code == 422 and "There is an agent with this e-mail." in again.content.decode()
    assert 'value="Robot 2"' in again.content.decode()


def test_an_agent_gets_a_name_a_picture_and_loses_it(browser: Client, shop: Site) -> None:
    agent = shop.agents.get()
    page = page_of(shop, f"agents/{agent.public_id}/")
    face = SimpleUploadedFile("face.png", picture("PNG"), "image/png")
    assert browser.post(page, {"name": "Olga V.", "picture": face}).status_code == 302

    agent.refresh_from_db()
    kept = Picture.objects.get()
    assert agent.name == "Olga V." and kept.token in agent.avatar_url and kept.user is None
    browser.post(page, {"name": "Olga V.", "no_picture": "on"})
    agent.refresh_from_db()
    assert agent.avatar_url == "" and not Picture.objects.exists()

    bad = SimpleUploadedFile("face.svg", b"<svg onload=alert(1)>", "image/svg+xml")
    answer = browser.post(page, {"name": "Olga X.", "picture": bad})
    assert answer.status_code == 422 and 'value="Olga X."' in answer.content.decode()


def test_what_a_removed_agent_wrote_stays_under_his_name(browser: Client, shop: Site) -> None:
    messages.post([Post(arrival(shop), "m1", "Hello")])
    agent = Agent.objects.create(site=shop, name="Anna", email="anna@example.com")
    said = replies.post(Conversation.objects.get(), agent=agent, text="Good day")

    browser.post(page_of(shop, f"agents/{agent.public_id}/removal/"))

    said.refresh_from_db()
    assert (said.agent, said.agent_name, said.text) == (None, "Anna", "Good day")


def test_a_group_has_agents_and_leaves_them(browser: Client, shop: Site) -> None:
    agent = shop.agents.get()
    browser.post(page_of(shop, "groups/new/"), {"name": "Sales", "agents": [agent.pk]})
    group = AgentGroup.objects.get()
    assert list(group.agents.all()) == [agent]

    browser.post(page_of(shop, f"groups/{group.pk}/"), {"name": "Support"})
    group.refresh_from_db()
    assert group.name == "Support" and not group.agents.exists()

    browser.post(page_of(shop, f"groups/{group.pk}/removal/"))
    assert not AgentGroup.objects.exists() and Agent.objects.filter(pk=agent.pk).exists()


def test_agents_of_another_site_are_in_no_group_of_ours(browser: Client, shop: Site, rival: Site) -> None:
    answer = browser.post(page_of(shop, "groups/new/"), {"name": "Sales", "agents": [rival.agents.get().pk]})
    assert answer.status_code == 422 and not AgentGroup.objects.exists()


def test_a_link_makes_a_person_an_agent_once(browser: Client, shop: Site, pavel: User) -> None:
    link = invited(browser, shop, name="Pavel")
    guest = signed_in(pavel)
    assert "Answer visitors of" in text(guest, link)
    guest.post(link)

    agent = shop.agents.get(user=pavel)
    assert agent.name == "Pavel" and not SiteMember.objects.filter(site=shop, user=pavel).exists()
    assert guest.get(page_of(shop)).status_code == 404
    assert signed_in(User.objects.create_user("boris@example.com", name="Boris")).get(link).status_code == 410


def test_an_invited_administrator_changes_settings_until_the_owner_minds(
    browser: Client, shop: Site, pavel: User
) -> None:
    link = invited(browser, shop, name="Pavel", is_administrator="on")
    guest = signed_in(pavel)
    guest.post(link)
    assert guest.get(page_of(shop, "settings/")).status_code == 200

    member = SiteMember.objects.get(site=shop, user=pavel)
    owner = SiteMember.objects.get(site=shop, is_owner=True)
    assert guest.post(page_of(shop, f"members/{owner.pk}/removal/")).status_code == 404
    browser.post(page_of(shop, f"members/{owner.pk}/removal/"))
    browser.post(page_of(shop, f"members/{member.pk}/removal/"))
    assert list(shop.members.all()) == [owner]
    assert guest.get(page_of(shop)).status_code == 404


def test_the_owner_hands_the_site_over_and_administers_it_still(browser: Client, shop: Site, pavel: User) -> None:
    agent = Agent.objects.create(site=shop, user=pavel, name="Pavel", email=pavel.email)
    assert "Hand the site over" in text(browser, page_of(shop, "agents/"))

    assert browser.post(page_of(shop, "owner/"), {"handover-agent": agent.pk}).status_code == 302

    assert set(shop.members.values_list("user__email", "is_owner")) == {
        ("pavel@example.com", True),
        ("olga@example.com", False),
    }
    assert "gave the site to Pavel" in text(browser, page_of(shop, "log/"))
    assert browser.get(page_of(shop, "removal/")).status_code == 404
    assert "Hand the site over" not in text(browser, page_of(shop, "agents/"))
    olga = shop.members.get(is_owner=False)
    signed_in(pavel).post(page_of(shop, f"members/{olga.pk}/removal/"))
    assert browser.get(page_of(shop)).status_code == 404


def test_a_site_goes_only_to_who_signs_in_as_its_agent(
    browser: Client, shop: Site, rival: Site, olga: User, pavel: User
) -> None:
    Agent.objects.create(site=shop, user=pavel, name="Pavel", email=pavel.email)
    robot = Agent.objects.create(site=shop, name="Robot", email="robot@example.com")
    own = shop.agents.get(user=olga)
    for agent in (robot, own, rival.agents.get()):
        answer = browser.post(page_of(shop, "owner/"), {"handover-agent": agent.pk})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert shop.members.get(is_owner=True).user == olga


def test_an_administrator_cannot_take_the_site(shop: Site, olga: User, pavel: User) -> None:
    SiteMember.objects.create(site=shop, user=pavel)
    agent = Agent.objects.create(site=shop, user=pavel, name="Pavel", email=pavel.email)
    colleague = signed_in(pavel)

    assert "Hand the site over" not in text(colleague, page_of(shop, "agents/"))
    assert colleague.post(page_of(shop, "owner/"), {"handover-agent": agent.pk}).status_code == 404
    # As when his page is older than the handover.
    members.hand_over(shop, pavel, by=pavel)
    assert shop.members.get(is_owner=True).user == olga


@pytest.mark.parametrize(
    ("rest", "title"), [("groups/new/", "Agents"), ("copy/", "Site"), ("removal/", "Site"), ("", "Overview")]
)
def test_the_list_of_pages_marks_where_this_one_belongs(browser: Client, shop: Site, rest: str, title: str) -> None:
    assert f'aria-current="page">{title}<' in text(browser, page_of(shop, rest))


def test_who_answered_by_the_api_becomes_a_person(browser: Client, shop: Site, pavel: User) -> None:
    robot = Agent.objects.create(site=shop, name="Support", email="support@example.com")
    answer = browser.post(page_of(shop, f"agents/{robot.public_id}/invitation/"))
    found = re.search(r"(/chat/join/\w+/)</code>", answer.content.decode())
    assert found
    signed_in(pavel).post(found[1])

    robot.refresh_from_db()
    assert robot.user == pavel and robot.name == "Support"


def test_a_withdrawn_link_leads_nowhere(browser: Client, shop: Site, pavel: User) -> None:
    link = invited(browser, shop, name="Pavel")
    browser.post(page_of(shop, f"agents/invitations/{Invitation.objects.get().pk}/removal/"))
    answer = signed_in(pavel).post(link)
    assert answer.status_code == 410 and not shop.agents.filter(user=pavel).exists()


def test_who_has_no_account_makes_one_on_the_way(browser: Client, shop: Site) -> None:
    link = invited(browser, shop, name="Vera")
    vera = Client(headers={"Accept-Language": "en"})
    page = text(vera, link)
    assert f"Answer visitors of “{shop.name}”?" in page and "Olga invites you." in page
    assert f"/chat/accounts/signup/?next={link}" in page and f"/chat/accounts/login/?next={link}" in page
    assert "Answer visitors" in vera.post(link).content.decode() and Invitation.objects.get().used_at is None
    given = {
        "name": "Vera",
        "email": "vera@example.com",
        "password1": "a good passw0rd",
        "password2": "a good passw0rd",
    }
    answer = vera.post(f"/chat/accounts/signup/?next={link}", given | {"next": link})
    assert answer.status_code == 302 and answer["Location"] == link
    vera.post(link)
    assert shop.agents.get(user__email="vera@example.com").name == "Vera"


@pytest.mark.parametrize("rest", ["agents/", "agents/{agent}/", "groups/new/", "log/"])
def test_a_stranger_finds_none_of_these_pages(pavel: User, shop: Site, rest: str) -> None:
    path = page_of(shop, rest.format(agent=shop.agents.get().public_id))
    assert signed_in(pavel).get(path).status_code == 404


def test_the_log_says_who_changed_what(browser: Client, shop: Site) -> None:
    browser.post(page_of(shop, "groups/new/"), {"name": "<b>Sales</b>"})
    page = text(browser, page_of(shop, "log/"))
    assert "<strong>Olga</strong>: added the group &lt;b&gt;Sales&lt;/b&gt;" in page and "made the site" in page
