// Says two minutes before a session ends for want of use that it is about to. Without scripts the sign-in page keeps
// what was typed all the same.
const ends = Number(document.documentElement.dataset.idleSeconds);
const box = document.querySelector("[data-idle-warning]");
if (ends && box) {
  setTimeout(() => { box.hidden = false; }, (ends - 120) * 1000);
}
