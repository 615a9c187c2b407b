// Says in words what went wrong with a passkey; the scripts of django-allauth only write it to the console.
document.addEventListener("allauth.error", (event) => {
  const name = event.detail?.exception?.name;
  const words =
    name === "NotAllowedError"
      ? "The passkey was not used: cancelled, or it took too long."
      : name === "InvalidStateError"
        ? "This key is known to your account already."
        : "The passkey could not be used in this browser.";
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
