// The site's own colours. Text on them is black or white, whichever can be read better.

const wish = matchMedia('(prefers-color-scheme: dark)');
const WHITE = [255, 255, 255];
// The least contrast for text after WCAG.
const READABLE = 4.5;

function channels(color) {
  const probe = document.createElement('i');
  probe.style.color = color;
  if (!probe.style.color) return null;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g);
  probe.remove();
  return numbers && numbers.slice(0, 3).map(Number);
}

/** Relative luminance after WCAG 2. */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

function paint(name, color) {
  const rgb = color ? channels(color) : null;
  const style = document.documentElement.style;
  style.setProperty(`--${name}`, rgb ? color : '');
  const ink = rgb && (contrast(rgb, WHITE) >= READABLE ? '#ffffff' : '#14201c');
  style.setProperty(`--on-${name}`, ink || '');
}

/** Light or dark by the visitor's wish, unless the site's own ground decides. */
function choose(ground) {
  const rgb = ground ? channels(ground) : null;
  const isDark = rgb ? contrast(rgb, WHITE) >= READABLE : wish.matches;
  document.documentElement.dataset.scheme = isDark ? 'dark' : 'light';
}

export function wear(colors) {
  const { buttonBg, clientBubbleBg, agentBubbleBg, chatBg } = colors || {};
  choose(chatBg);
  wish.onchange = () => choose(chatBg);
  paint('accent', buttonBg);
  paint('own', clientBubbleBg || buttonBg);
  paint('theirs', agentBubbleBg);
  paint('ground', chatBg);
}
