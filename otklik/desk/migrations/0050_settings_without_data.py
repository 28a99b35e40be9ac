from django.db import migrations, models

ROLES = [
    ("owner", "Account owner"),
    ("administrator", "Administrator"),
    ("technician", "Technical administrator"),
    ("user", "User"),
    ("robot", "Robot"),
]


class Migration(migrations.Migration):
    dependencies = [("desk", "0049_scenarios_that_answer_each_other")]

    operations = [
        # A technical administrator has the settings of the account, and none of its data (§7).
        migrations.AlterField(model, "role", models.CharField(choices=ROLES, default="user", max_length=20))
        for model in ("employee", "employeeinvitation")
    ]
