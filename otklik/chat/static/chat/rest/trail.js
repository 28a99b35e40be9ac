// The pages that the visitor sees in this window. Only for those who have written before they outlast the page.

function trailOf(inside) {
  const fromOutside = document.referrer && new URL(document.referrer).origin !== location.origin ? document.referrer : '';
  let trail = { referrer: fromOutside, pages: [] };
  try {
    trail = JSON.parse(inside.kept('sessionStorage', 'trail')) || trail;
  } catch { /* a broken trail starts anew */ }
  return () => {
    const known = trail.pages.length ? trail.pages[trail.pages.length - 1].viewedAt : 0;
    const news = inside.now.pages.filter((page) => page.viewedAt > known).map((page) => (
      { title: page.title.slice(0, 300), link: page.link.slice(0, 2000), viewedAt: page.viewedAt }));
    trail = { referrer: trail.referrer, pages: trail.pages.concat(news).slice(-30) };
    if (inside.isKnown()) inside.kept('sessionStorage', 'trail', JSON.stringify(trail));
    return trail;
  };
}
