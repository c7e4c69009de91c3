// Renews a list in place: fetches its fragment, replaces it only when it changed, keeps the focus where it was,
// says when it last renewed, and says loudly when it could not.

const EVERY = 30_000;
const GIVE_UP_AFTER = 10_000;

// What a person would call the same list: the signed times of the fragment differ on every fetch, its key does not.
const keyOf = (element) => element.querySelector("[data-list-key]")?.dataset.listKey;

function focusedIn(container) {
  const focused = document.activeElement;
  return container.contains(focused) ? focused.id || focused.getAttribute("href") : null;
}

function giveFocusBack(container, mark) {
  if (!mark) return;
  const same = [...container.querySelectorAll("a, button, input")].find(
    (element) => element.id === mark || element.getAttribute("href") === mark,
  );
  // The row has gone: the list itself is the nearest place that is still there.
  (same ?? container).focus({ preventScroll: true });
}

async function fetchFragment(address) {
  const answer = await fetch(address, {
    headers: { "X-Fragment": "list" },
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(GIVE_UP_AFTER),
  });
  // A redirect is the sign-in page: the session has ended.
  if (answer.type === "opaqueredirect" || answer.status === 401) return { ended: true };
  if (!answer.ok) throw new Error(String(answer.status));
  return { html: await answer.text() };
}

export function keepListFresh(container, every = Number(container.dataset.every) || EVERY) {
  const place = container.querySelector("[data-fresh-content]");
  const alarm = container.querySelector("[data-fresh-alarm]");
  const news = container.querySelector("[data-fresh-news]");
  let timer;

  const say = (words) => {
    alarm.hidden = false;
    alarm.querySelector("[data-fresh-alarm-words]").textContent = words;
  };

  async function renew() {
    clearTimeout(timer);
    try {
      const { html, ended } = await fetchFragment(container.dataset.freshList);
      if (ended) {
        say(container.dataset.endedWords);
        return; // nothing more can come until somebody signs in
      }
      const before = keyOf(place);
      const mark = focusedIn(place);
      place.innerHTML = html;
      giveFocusBack(place, mark);
      alarm.hidden = true;
      if (keyOf(place) !== before) news.textContent = place.querySelector("[data-list-summary]").textContent;
    } catch {
      const last = place.querySelector("[data-list-at]")?.textContent ?? "";
      say(container.dataset.failedWords.replace("{time}", last));
    }
    timer = setTimeout(renew, every);
  }

  place.tabIndex = -1;
  timer = setTimeout(renew, every);
  // A laptop that was shut, or a tab that was hidden, is out of date the moment somebody looks.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
  window.addEventListener("online", renew);
}
