// <form data-mark-read>: when it has been on screen for a moment, the reader has come to the end of the topic, and the form
// is sent without leaving the page. Without it, its button does the same.
for (const form of document.querySelectorAll("form[data-mark-read]")) {
  let waiting = 0;
  const send = async () => {
    watcher.disconnect();
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
      keepalive: true,
    });
    if (!answer.ok) return;
    const button = form.querySelector("button");
    button.replaceWith(Object.assign(document.createElement("p"), { className: "soft", textContent: form.dataset.sayRead }));
  };
  const watcher = new IntersectionObserver((entries) => {
    clearTimeout(waiting);
    if (entries.some((entry) => entry.isIntersecting)) waiting = setTimeout(send, 1500);
  });
  watcher.observe(form);
}
