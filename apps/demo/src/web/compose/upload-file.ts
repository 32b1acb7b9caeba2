import { currentToken } from "../api/client.js";
import { ProblemError } from "../api/problem-error.js";
import type { DraftFile } from "../drafts/draft-values.js";

/**
 * Uploads a file, and says how much of it has gone. By the older interface, since the newer one cannot say that. Throws
 * {@link ProblemError} for one that the server does not take.
 */
export async function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<DraftFile> {
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/uploads?filename=${encodeURIComponent(nameOf(file))}`);
    request.setRequestHeader("content-type", file.type === "" ? "application/octet-stream" : file.type);
    request.setRequestHeader("x-csrf", currentToken());
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(toFile(request.response));
      else reject(new ProblemError(request.status, request.response ?? {}));
    });
    request.addEventListener("error", () => reject(new Error("Mailwright does not answer")));
    request.addEventListener("abort", () => reject(new Error("Taken back")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** A file that the server has, as a draft names it. */
export function toFile({ id, filename, contentType, sizeBytes }: UploadAnswer): DraftFile {
  return { filename, contentType, sizeBytes, uploadId: id };
}

interface UploadAnswer {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/** No control characters: a name is a line of the message. */
function nameOf({ name }: File): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cs}]/gu, "_").slice(-255);
  return plain === "" ? "file" : plain;
}
