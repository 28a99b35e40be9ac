from django.dispatch import Signal

# The only signal of the project. Sent once a batch, inside the transaction, with `events`: list[Recorded].
event_recorded = Signal()
