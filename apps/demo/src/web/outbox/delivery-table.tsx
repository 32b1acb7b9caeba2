import type { OutboxMessage } from "../api/answers.js";
import styles from "./delivery.module.css";
import { recipientWords } from "./sent-words.js";

/** What became of a message for each recipient, in the server's words. */
export function DeliveryTable({ recipients, attempts }: Pick<OutboxMessage, "recipients" | "attempts">) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Recipient</th>
          <th scope="col">State</th>
          <th scope="col">Code</th>
          <th scope="col">The server said</th>
        </tr>
      </thead>
      <tbody>
        {recipients.map((recipient) => {
          const { address } = recipient;
          const { mood, words, later, code, server } = recipientWords(recipient, attempts);
          return (
            <tr key={address}>
              <th scope="row" className={styles.address}>
                {address}
              </th>
              <td className={styles.state} data-mood={mood}>
                {words} {later !== undefined && <span className={styles.later}>{later}</span>}
              </td>
              <td className={styles.code}>{code}</td>
              <td className={styles.server}>{server}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
