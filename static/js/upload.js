// Sends big files in pieces, and goes on where a broken upload stopped. Without it the form sends them whole.
const PIECE = 8 * 1024 * 1024;
const RETRIES = 8;
const LONGEST_WAIT = 60; // seconds

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(form).catch((error) => say(form, error.message));
  });
}

async function upload(form) {
  const files = [...form.querySelector("input[type=file]").files];
  const work = { form, stop: new AbortController(), total: files.reduce((sum, file) => sum + file.size, 0), began: Date.now(), first: null };
  const stop = () => work.stop.abort();
  const stopButton = form.querySelector("[data-upload-stop]");
  stopButton.addEventListener("click", stop);
  setBusy(form, true);
  try {
    const announced = { files: files.map((file) => ({ name: file.name, size: file.size })) };
    const begun = await persistently(work, () => send(work, form.dataset.upload, JSON.stringify(announced)));
    const base = form.dataset.upload.replace(/upload\/$/, `${begun.id}/`);
    let before = 0;
    for (const [index, file] of files.entries()) {
      await sendFile(work, `${base}upload/${index}/`, file, begun.received[index], before);
      before += file.size;
    }
    await persistently(work, () => send(work, `${base}uploaded/`, ""));
    location.assign(base);
  } finally {
    stopButton.removeEventListener("click", stop);
    setBusy(form, false);
  }
}

async function sendFile(work, url, file, there, before) {
  while (there < file.size) {
    show(work, before + there);
    const answer = await persistently(work, () => send(work, `${url}?offset=${there}`, file.slice(there, there + PIECE)));
    there = answer.received;
  }
  show(work, before + file.size);
}

// Once more after a failure that may pass, each time after a longer wait.
async function persistently(work, attempt) {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (work.stop.signal.aborted) throw new Error(work.form.dataset.sayStopped);
      if (error.final || failures === RETRIES) throw error;
      say(work.form, work.form.dataset.sayAgain);
      await wait(work, Math.min(LONGEST_WAIT, 2 ** failures));
    }
  }
}

function wait(work, seconds) {
  return new Promise((over) => {
    const timer = setTimeout(over, 1000 * seconds);
    work.stop.signal.addEventListener("abort", () => (clearTimeout(timer), over()), { once: true });
  });
}

async function send(work, url, body) {
  const token = work.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token, "Content-Type": "application/octet-stream" };
  const response = await fetch(url, { method: "POST", body, headers, signal: work.stop.signal, redirect: "error" });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const error = new Error(answer?.error || filled(work.form.dataset.sayAnswered, { status: response.status }));
  error.final = Boolean(answer?.error) || (response.status >= 400 && response.status < 500);
  throw error;
}

function setBusy(form, busy) {
  form.querySelector("button:not([type=button])").disabled = busy;
  form.querySelector("[data-upload-stop]").hidden = !busy;
  form.querySelector("input[type=file]").disabled = busy;
  form.querySelector(".upload-progress").hidden = false;
  if (busy) say(form, form.dataset.sayBegins);
}

function show(work, done) {
  work.first ??= done; // what an earlier try has sent does not count for the speed
  const seconds = (Date.now() - work.began) / 1000;
  const speed = (done - work.first) / seconds;
  const percent = work.total ? Math.floor((100 * done) / work.total) : 100;
  work.form.querySelector("progress").value = percent;
  const words = work.form.dataset;
  const form = !(speed > 0) ? words.sayProgress : seconds > 2 ? words.sayLeft : words.saySpeed;
  const left = speed > 0 ? inWords((work.total - done) / speed) : "";
  say(work.form, filled(form, { percent: `${percent} %`, size: size(work.total), speed: size(speed), left }));
}

function filled(form, values) {
  return form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function inWords(seconds) {
  if (seconds < 90) return measured(Math.max(1, Math.round(seconds)), "second", 0);
  return seconds < 5400 ? measured(Math.round(seconds / 60), "minute", 0) : measured(Math.round(seconds / 3600), "hour", 0);
}

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return measured(bytes / 1000 ** step, units[step], step > 1 ? 1 : 0);
}

// In the language of the page: "18 seconds", "1.2 MB".
function measured(count, unit, digits) {
  const form = { style: "unit", unit, unitDisplay: /.byte/.test(unit) ? "short" : "long" };
  const precise = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang || "en", { ...form, ...precise }).format(count);
}

function say(form, text) {
  form.querySelector("[data-upload-status]").textContent = text;
}
