/** The looks of parts that are loaded on demand. */

/**
 * Loads a style sheet, once. Waited for, so that nothing is shown without its looks; and never in vain.
 * @param {string} href
 * @returns {Promise<void>}
 */
export function sheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
  return new Promise((resolve) => {
    for (const end of ["load", "error"]) link.addEventListener(end, () => resolve());
  });
}
