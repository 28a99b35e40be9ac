// The pages that the visitor has seen in this tab, and where he came from.

function trailOf(inside) {
  const isOutside = (address) => address && new URL(address).origin !== location.origin;
  return () => {
    const { pages } = inside.now;
    const came = pages.find((page) => isOutside(page.referrer));
    return {
      referrer: came ? came.referrer : '',
      pages: pages.slice(-30).map(({ title, link, viewedAt }) => (
        { title: String(title).slice(0, 300), link: String(link).slice(0, 2000), viewedAt })),
    };
  };
}
