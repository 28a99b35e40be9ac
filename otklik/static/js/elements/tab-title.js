// <tab-title data-count="3" data-figure="3">: how much waits in the chronicle, before the page's name and on the icon of
// its tab. It comes anew with each change of the counter.
const SIZE = 64;
const icon = document.querySelector("link[rel=icon]");
const plain = icon?.href;
const name = document.title;

async function drawn(count) {
  const picture = new Image();
  picture.src = plain;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  pen.fillStyle = "#c2410c";
  pen.beginPath();
  pen.arc(SIZE - 20, 20, 20, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = "bold 30px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count > 9 ? "9+" : String(count), SIZE - 20, 22);
  return canvas.toDataURL();
}

class TabTitle extends HTMLElement {
  connectedCallback() {
    const count = Number(this.dataset.count);
    document.title = count > 0 ? `(${this.dataset.figure}) ${name}` : name;
    if (!icon) return;
    if (count === 0) icon.href = plain;
    else drawn(count).then((address) => this.isConnected && (icon.href = address)).catch(() => {});
  }
}

customElements.define("tab-title", TabTitle);
