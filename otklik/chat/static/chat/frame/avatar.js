// A person's face: the picture when there is one and it can be loaded, else the initials.

function initials(name) {
  const words = name.trim().split(/\s+/);
  return words.slice(0, 2).map((word) => [...word][0] || '').join('').toLocaleUpperCase();
}

export function avatar({ name, avatar: picture }) {
  const face = document.createElement('span');
  face.className = 'avatar';
  face.setAttribute('aria-hidden', 'true');
  face.textContent = initials(name || '?');
  if (!picture) return face;

  const image = new Image();
  image.alt = '';
  image.onload = () => face.replaceChildren(image);
  image.src = picture;
  return face;
}
