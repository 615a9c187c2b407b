// Says in words what went wrong with a passkey; the scripts of django-allauth only write it to the console.
// The words stand at the <script> that loads this.
const passkeyWords = document.currentScript.dataset;
document.addEventListener("allauth.error", (event) => {
  const name = event.detail?.exception?.name;
  const words =
    name === "NotAllowedError"
      ? passkeyWords.sayNotUsed
      : name === "InvalidStateError"
        ? passkeyWords.sayKnown
        : passkeyWords.sayUnusable;
  const main = document.getElementById("main");
  let notice = document.getElementById("passkey-notice");
  if (!notice) {
    notice = document.createElement("p");
    notice.id = "passkey-notice";
    notice.className = "notice error";
    notice.setAttribute("role", "alert");
    main.querySelector("h1").after(notice);
  }
  notice.textContent = words;
});
