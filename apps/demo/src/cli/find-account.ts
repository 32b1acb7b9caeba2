import { UsageError } from "../terminal/usage-error.js";
import { type ApiClient, readAnswer } from "./api-client.js";

/** The account that an argument names: by its id, its address or its name. Throws {@link UsageError}. */
export async function findAccount({ api }: ApiClient, named: string) {
  const { items } = await readAnswer(api.accounts.$get());
  const wanted = named.toLowerCase();
  const found = items.filter(({ id, address, name }) =>
    [id, address.toLowerCase(), name.toLowerCase()].includes(wanted),
  );
  const [account, ...others] = found;
  if (account === undefined) throw new UsageError(`There is no account ${named}: see \`demo accounts list\``);
  if (others.length > 0)
    throw new UsageError(
      `${named} is ${found.length} accounts: ${found.map(({ id, kind }) => `${id} (${kind})`).join(", ")}`,
    );
  return account;
}

/** An account as the API shows it. */
export type ShownAccount = Awaited<ReturnType<typeof findAccount>>;
