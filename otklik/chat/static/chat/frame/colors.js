// The site's own colours. Text on them is black or white, whichever can be read better.

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
  const ink = rgb && (contrast(rgb, [255, 255, 255]) >= 4.5 ? '#ffffff' : '#14201c');
  style.setProperty(`--on-${name}`, ink || '');
}

export function wear(colors) {
  const { buttonBg, clientBubbleBg, agentBubbleBg, chatBg } = colors || {};
  paint('accent', buttonBg);
  paint('own', clientBubbleBg || buttonBg);
  paint('theirs', agentBubbleBg);
  paint('ground', chatBg);
}
