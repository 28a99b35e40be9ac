// From a mail into its chat: this browser takes the visitor's place, and the chat fills the window.
const button = document.getElementById("resume");

button.addEventListener("click", () => {
  const { key, seat, frame } = button.dataset;
  try {
    // What an earlier chat of this browser left here belongs to somebody else's conversation.
    for (const name of Object.keys(localStorage)) if (name.startsWith(`otklik:${key}:`)) localStorage.removeItem(name);
    localStorage.setItem(`otklik:${key}:secret`, seat);
  } catch {
    // Without storage the chat begins anew.
  }
  // Instead of the link, which shall not be kept in a history.
  location.replace(frame);
});
