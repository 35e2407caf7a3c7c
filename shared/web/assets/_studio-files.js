// Which chapter a picked or dropped file belongs to, and which files of a folder are no photographs at all.

/** What systems and raw developers put beside photographs; left out without a question, but counted. */
const BESIDE = /^\.|^(thumbs\.db|desktop\.ini)$|\.(xmp|thm|ini|db|lrcat|lrdata|cos|dop|pp3)$/i;

/** Names each file's chapter: its folder's. A folder that holds folders is the gallery itself and names none. */
export function sort(files) {
  const all = [...files].map((file) => ({ file, folders: folders(file) }));
  const photos = all.filter(({ file }) => !BESIDE.test(file.name));
  const top = photos[0]?.folders[0];
  const inOne = top !== undefined && photos.every(({ folders }) => folders[0] === top);
  const skip = inOne && photos.some(({ folders }) => folders.length > 1) ? 1 : 0;
  const named = photos.map(({ file, folders }) => ({ file, section: folders.slice(skip).join("/") }));
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  named.sort((a, b) => compare(a.section, b.section) || compare(a.file.name, b.file.name));
  return { photos: named, leftOut: all.length - photos.length };
}

function folders(file) {
  const path = file.webkitRelativePath || file.relativePath || "";
  return path.split("/").filter(Boolean).slice(0, -1);
}
