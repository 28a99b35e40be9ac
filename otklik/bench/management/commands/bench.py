import os
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from otklik.bench import door, live, pages
from otklik.bench.floor import Floor
from otklik.bench.product import Product
from otklik.chat import widget_scripts, widget_size
from otklik.config import database_url


class Command(BaseCommand):
    help = (
        "Measures this machine: webhooks a second, how late an answer is seen, pages with many tasks. "
        "Takes about four minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pages", action="store_true", help="only the pages")

    def handle(self, *args: object, **options: object) -> None:
        if options["pages"]:
            with Product() as product:
                self._pages(product, database_url.of_embedded(product.data))
            return
        self._widget()
        self.stdout.write("Starting Otklik as a user would …")
        with Product() as product:
            database = database_url.of_embedded(product.data)
            with Floor(product, database) as floor:
                self._door(product, floor, database)
                self._live(product, floor, database)
            self._pages(product, database)

    def _widget(self) -> None:
        loader, rest = len(widget_scripts.loader().packed), widget_size.of_the_rest()
        self.stdout.write(f"Widget, compressed: loader {loader} bytes of 5120, all of it {loader + rest} of 30720")

    def _door(self, product: Product, floor: Floor, database: str) -> None:
        nothing, bare, whole, comments = door.measure(product, floor, database)
        self.rate = whole.rate
        load = f"{door.CONNECTIONS} connections, {door.KNOWN} conversations, 2 KB, median of {door.ROUNDS}"
        self.stdout.write(f"\nWebhooks a second ({load}, {os.cpu_count()} cores):")
        for name, run in (("nothing but an answer", nothing), ("bare journal", bare), ("whole pipeline", whole)):
            self.stdout.write(
                f"  {name:<22} {run.rate:8.0f}/s   p50 {run.p50:6.1f} ms   p99 {run.p99:6.1f} ms"
                f"   load's own processor {100 * run.busy:3.0f} %"
            )
        self.stdout.write(f"  comments to be seen    {comments:8.0f}/s")
        self.stdout.write(f"pipeline ratio {whole.rate / bare.rate:.2f}")

    def _live(self, product: Product, floor: Floor, database: str) -> None:
        path = urlsplit(product.told["hook_url"]).path
        seconds = live.MESSAGES * 0.15
        quiet = live.measure_floor(floor.port, database)
        busy = door.start_load(product.port, path, 40, seconds=seconds, rate=self.rate / 2)
        try:
            whole = live.measure(product, database)
        finally:
            busy.terminate()
            busy.wait()
        self.stdout.write("\nFrom the visitor's POST to the employee's stream, with the door at half its rate:")
        self.stdout.write(f"  one POST, commit, notice (quiet)  p50 {quiet.p50:6.1f} ms   p99 {quiet.p99:6.1f} ms")
        self.stdout.write(f"  the whole way                     p50 {whole.p50:6.1f} ms   p99 {whole.p99:6.1f} ms")
        self.stdout.write(f"live ratio {whole.p50 / quiet.p50:.1f} (p50), {whole.p99 / quiet.p99:.1f} (p99)")

    def _pages(self, product: Product, database: str) -> None:
        self.stdout.write(f"\nPages of the desk with {pages.FEW} and with {pages.MANY} tasks, median, milliseconds:")
        found = pages.measure(product, database)
        for name, timed in found.items():
            self.stdout.write(
                f"  {name:<22} {timed.few:8.1f} {timed.many:8.1f}   ratio {timed.ratio:.2f}"
                f"   queries {timed.few_queries:3} {timed.many_queries:3}"
            )
        self.stdout.write(f"page ratio {max(timed.ratio for timed in found.values()):.2f} (the worst)")
        if slow := [name for name, timed in found.items() if not timed.is_good]:
            raise CommandError(f"Slower, or more queries, with many tasks: {', '.join(slow)}.")
