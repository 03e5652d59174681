/** Run `flush` once before the next paint, or after a second where the page is hidden and nothing is painted. */
export function onceAFrame(flush: () => void): () => void {
  let isScheduled = false;
  const run = () => {
    isScheduled = false;
    flush();
  };
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    if (document.hidden) setTimeout(run, 1000);
    else requestAnimationFrame(run);
  };
}
