import { fixedBackoff, isMailError, MailError, type Result, retry, toResult } from "@mailwright/core";

async function fetchOnce(): Promise<string> {
  throw new MailError("refused", { code: "connection", protocol: "core", retryable: true });
}

const result: Result<string> = await toResult(
  retry(fetchOnce, { attempts: 3, backoff: fixedBackoff([100, 500]) }),
);
if (result.ok) console.log(result.value.length);
else console.error(result.error.code, result.error.retryable, isMailError(result.error));
