// What came while the visitor looks at another tab stands in the title of this one, until he is back. A title that the
// page changes meanwhile is the page's.

function titleOf() {
  let worn = null;
  let isCalled = false;
  let count = 0;

  function takeOff() {
    if (worn && document.title === worn.shown) document.title = worn.own;
    worn = null;
    isCalled = false;
  }

  function wear() {
    if (!count) takeOff();
    if (!isCalled || (worn && document.title !== worn.shown)) return;
    const own = worn ? worn.own : document.title;
    worn = { own, shown: `(${count}) ${own}` };
    document.title = worn.shown;
  }

  return {
    takeOff,
    count(given) {
      count = given;
      wear();
    },
    /** A message has come, and is counted. */
    call() {
      isCalled = document.hidden;
      wear();
    },
  };
}
