import { readUpload } from "../../store/outbox/uploads.js";
import type { Tenant } from "../../store/tenant.js";
import { imageType } from "../image-type.js";

/** Of one draft; what is larger is sent, and not shown. */
const MAX_BYTES = 2 * 1024 * 1024;

interface DraftFile {
  readonly uploadId?: string | undefined;
  readonly cid?: string | undefined;
  readonly sizeBytes: number;
}

/** The images that a draft's HTML shows from its own files, by Content-ID, as `data:` URLs. */
export async function readUploadedImages(
  tenant: Tenant,
  files: readonly DraftFile[],
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  let left = MAX_BYTES;
  for (const { uploadId, cid, sizeBytes } of files) {
    if (uploadId === undefined || cid === undefined || sizeBytes > left) continue;
    const file = await readUpload(tenant, uploadId);
    const type = file && imageType(file.bytes);
    if (file === undefined || type === undefined) continue;
    left -= file.bytes.length;
    images.set(cid, `data:${type};base64,${file.bytes.toString("base64")}`);
  }
  return images;
}
