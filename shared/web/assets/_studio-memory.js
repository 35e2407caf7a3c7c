// What a browser remembers of uploads it has begun, so that the same file picked again goes on where it stopped.

/** The bucket throws unfinished uploads away after a week. */
const KEPT = 6 * 24 * 60 * 60 * 1000;

/** The memory of one gallery, in localStorage; without it (private windows) uploads work and begin anew. */
export function memory(gallery) {
  const place = `uploads:${gallery}`;
  const read = () => {
    try {
      const all = Object.entries(JSON.parse(localStorage.getItem(place) ?? "{}"));
      return Object.fromEntries(all.filter(([, upload]) => Date.now() - upload.at < KEPT));
    } catch {
      return {};
    }
  };
  const write = (all) => {
    try {
      if (Object.keys(all).length) localStorage.setItem(place, JSON.stringify(all));
      else localStorage.removeItem(place);
    } catch {
      // full or forbidden
    }
  };
  return {
    all: read,
    get: (print) => read()[print],
    set: (print, upload) => write({ ...read(), [print]: { ...upload, at: Date.now() } }),
    forget: (print) => {
      const { [print]: _, ...rest } = read();
      write(rest);
    },
  };
}

/** The same file in the same chapter, as far as a browser can tell without reading it. */
export function fingerprint(section, file) {
  return [section, file.name, file.size, file.lastModified].join("|");
}
