// The transfer itself: Uppy sends the parts straight to the bucket; the studio starts, signs, lists and completes.
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { RateLimitedQueue } from "@uppy/utils";
import { ask } from "./_studio-ask.js";
import { fingerprint } from "./_studio-memory.js";

/** Bytes of a part, S3's least. Always the same: a resumed upload must cut the file where the first attempt cut it. */
const PART = 5 * 1024 * 1024;
/** Requests at a time: as many as there are files, but a file's parts two by two, so that a dropped line loses little. */
const [FEWEST, MOST] = [2, 6];

/**
 * Sends items `{file, section, replace, stage, target, crc32}`; each carries what the studio answered as `item.begun`.
 * `on` has: moving(item), progress(item, bytes), sent(item), failed(item, error).
 */
export function transfer(uploads, remembered, on) {
  const uppy = new Uppy({ autoProceed: false, logger: { debug() {}, warn() {}, error() {} } });
  const items = new Map();
  const requests = new RateLimitedQueue(FEWEST);
  const share = () => (requests.limit = Math.min(MOST, Math.max(FEWEST, items.size)));
  const path = (uploadId, rest, key) =>
    `${uploads}/${encodeURIComponent(uploadId)}${rest}?key=${encodeURIComponent(key)}`;

  uppy.use(AwsS3, {
    shouldUseMultipart: true,
    rateLimitedQueue: requests,
    getChunkSize: () => PART,
    retryDelays: [0, 1000, 3000, 5000, 10_000],
    async createMultipartUpload({ id }) {
      const item = items.get(id);
      on.moving(item);
      const { name, size, type } = item.file;
      const { section, replace, stage, target, crc32 } = item;
      item.begun = await ask("POST", uploads, { name, section, size, type, replace, stage, target, crc32 });
      remembered.set(item.print, { ...item.begun, name });
      return { key: item.begun.key, uploadId: item.begun.uploadId };
    },
    async listParts({ id }, { uploadId, key }) {
      on.moving(items.get(id));
      const parts = await ask("GET", path(uploadId, "/parts", key));
      on.progress(items.get(id), parts.reduce((sum, part) => sum + part.size, 0));
      return parts.map(({ number, size, etag }) => ({ PartNumber: number, Size: size, ETag: etag }));
    },
    async signPart(_, { uploadId, key, partNumber, signal }) {
      const { url } = await ask("GET", path(uploadId, `/parts/${partNumber}`, key), undefined, signal);
      return { method: "PUT", url, headers: {} };
    },
    async completeMultipartUpload({ id }, { uploadId, key, parts }) {
      const { replace } = items.get(id).begun;
      const list = parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag }));
      await ask("POST", `${uploads}/${encodeURIComponent(uploadId)}/complete`, { key, parts: list, replace });
      return {};
    },
    // Uppy gives an upload up when it fails; here what has arrived is kept, unless the photographer cancels.
    async abortMultipartUpload() {},
  });

  uppy.on("upload-progress", (file, { bytesUploaded }) => {
    const item = file && items.get(file.id);
    if (item) on.progress(item, bytesUploaded);
  });
  uppy.on("upload-success", (file) => {
    const item = take(file?.id);
    if (!item) return;
    remembered.forget(item.print);
    on.sent(item);
  });
  uppy.on("upload-error", (file, error) => {
    const item = take(file?.id);
    if (!item) return;
    // Completed elsewhere, given up or expired: the next try begins anew, and it is made at once.
    if (error.status === 404 && !item.again) {
      remembered.forget(item.print);
      Object.assign(item, { again: true, begun: undefined });
      send([item]);
      return;
    }
    on.failed(item, error);
  });

  /** An upload that ended is not Uppy's any more: the same file may come again. */
  function take(id) {
    const item = items.get(id);
    items.delete(id);
    if (item) uppy.removeFile(id);
    share();
    return item;
  }

  function send(list) {
    for (const item of list) {
      const { file, section } = item;
      item.print = fingerprint(section, file);
      const id = uppy.addFile({ name: file.name, type: file.type, data: file, meta: { relativePath: `${section}/${file.name}` } });
      items.set(id, item);
      item.id = id;
      const before = remembered.get(item.print);
      if (!before) continue;
      item.begun = { ...before, replace: before.replace || item.replace };
      item.resumed = true;
      uppy.setFileState(id, { s3Multipart: { key: before.key, uploadId: before.uploadId } });
    }
    share();
    uppy.upload().catch(() => {});
  }

  /** Gives an upload up; what was sent is thrown away. */
  function cancel(item) {
    take(item.id);
    const begun = remembered.get(item.print) ?? item.begun;
    remembered.forget(item.print);
    if (begun) forget(begun);
  }

  function forget({ uploadId, key }) {
    ask("DELETE", path(uploadId, "", key)).catch(() => {});
  }

  return { send, cancel, forget, pause: () => uppy.pauseAll(), resume: () => uppy.resumeAll() };
}
