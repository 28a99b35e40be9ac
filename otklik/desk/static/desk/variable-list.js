// A press on a variable puts it at the cursor of the text in which somebody was last; without this script one types it.
class VariableList extends HTMLElement {
  connectedCallback() {
    document.addEventListener("focusin", this.onFocus);
    for (const code of this.querySelectorAll("code")) this.makeButton(code);
  }

  disconnectedCallback() {
    document.removeEventListener("focusin", this.onFocus);
  }

  onFocus = ({ target }) => {
    if (target.matches("textarea, [data-takes-variables]")) this.field = target;
  };

  makeButton(code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "variables__insert";
    button.addEventListener("click", () => this.insert(code.textContent));
    code.replaceWith(button);
    button.append(code);
  }

  insert(text) {
    const field = this.field?.isConnected ? this.field : document.querySelector("form textarea");
    if (!field) return;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("variable-list", VariableList);
