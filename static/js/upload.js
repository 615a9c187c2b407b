// Sends big files in pieces, and goes on where a broken upload stopped. Without it the form sends them whole.
const PIECE = 8 * 1024 * 1024;
const RETRIES = 8;

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(form).catch((error) => say(form, error.message));
  });
}

async function upload(form) {
  const files = [...form.querySelector("input[type=file]").files];
  const button = form.querySelector("button");
  button.disabled = true;
  form.querySelector(".upload-progress").hidden = false;
  try {
    const announced = { files: files.map((file) => ({ name: file.name, size: file.size })) };
    const begun = await send(form, form.dataset.upload, JSON.stringify(announced));
    const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
    let before = 0;
    const base = form.dataset.upload.replace(/upload\/$/, `${begun.id}/`);
    for (const [index, file] of files.entries()) {
      await sendFile(form, `${base}upload/${index}/`, file, begun.received[index], (there) => show(form, before + there, total));
      before += file.size;
    }
    await send(form, `${base}uploaded/`, "");
    location.assign(base);
  } finally {
    button.disabled = false;
  }
}

async function sendFile(form, url, file, there, progress) {
  let failures = 0;
  while (there < file.size) {
    try {
      const answer = await send(form, `${url}?offset=${there}`, file.slice(there, there + PIECE));
      there = answer.received;
      failures = 0;
      progress(there);
    } catch (error) {
      if (error.final || ++failures > RETRIES) throw error;
      say(form, "The connection broke off; trying again…");
      await new Promise((again) => setTimeout(again, 1000 * 2 ** failures));
    }
  }
}

async function send(form, url, body) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, "Content-Type": "application/octet-stream" } });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new Error(answer.error || `The site answered ${response.status}. Choose the same files again to go on.`);
  error.final = response.status >= 400 && response.status < 500;
  throw error;
}

function show(form, done, total) {
  form.querySelector("progress").value = (100 * done) / total;
  say(form, `${Math.floor((100 * done) / total)} % uploaded`);
}

function say(form, text) {
  form.querySelector("[data-upload-status]").textContent = text;
}
