// A new message above the button while the chat is closed. The frame gives its words; here it is only drawn.

function previewOf(inside) {
  const { make } = inside;
  const { root } = inside.now;
  // Always there, so that what comes into it is read out.
  const place = make('section', { id: 'chatra__preview', role: 'status' }, root);
  const hide = () => place.replaceChildren();

  function button(name, act) {
    const made = make('button', { type: 'button', class: `chatra__preview-${name}` }, place);
    made.onclick = act;
    return made;
  }

  return {
    hide,
    show({ name, text, away }) {
      hide();
      const own = root.querySelector('#chatra__button');
      // A page with a button of its own has a place of its own for news.
      if (inside.now.isOpen || !own || !text) return;
      const opener = button('text', () => inside.open(true));
      for (const [tag, words] of [['b', name], ['span', text]]) make(tag, { dir: 'auto' }, opener).textContent = words;
      const closer = button('away', () => {
        hide();
        own.focus();
      });
        closer.setAttribute('aria-label', away);
      closer.textContent = '×';
    },
    end: () => place.remove(),
  };
}
