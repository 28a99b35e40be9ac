// The words of a tab while nobody is there, if the page has other words for then: the button knows only one.

function tabOf(inside) {
  let ofPage;
  let worn;
  return (isAway) => {
    const { setup } = inside.now;
    if (setup.locale !== worn) ofPage = setup.locale;
    const said = (ofPage || {}).customStrings || {};
    const { leaveUsAMessage: words, mobile_leaveUsAMessage: onPhone } = said;
    const away = { chatWithUs: words || said.chatWithUs, mobile_chatWithUs: onPhone || words || said.mobile_chatWithUs };
    worn = isAway && (words || onPhone) ? Object.assign({}, ofPage, { customStrings: Object.assign({}, said, away) }) : ofPage;
    if (setup.locale === worn) return;
    setup.locale = worn;
    inside.wear({});
  };
}
