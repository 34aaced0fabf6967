import { readFile, stat } from "node:fs/promises";
import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** An account without rights that the server runs as when we are root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that practically every system has and that own nothing, the best first. */
const unprivilegedNames = ["nobody", "daemon"];

/**
 * Whom to run PostgreSQL as: null for ourselves; when we are root, the owner of the cluster or, for
 * a new one, `nobody`. PostgreSQL refuses to run as root.
 *
 * @throws {EmbeddedPostgresError} when the cluster belongs to another user, or root finds nobody
 */
export async function findServerAccount(cluster: Cluster | null): Promise<ServerAccount | null> {
  const own = process.getuid?.();
  if (own === undefined) return null;
  const owner = cluster === null ? null : await ownerOf(cluster.dataFolder);
  if (own !== 0) {
    if (owner === null || owner.uid === own) return null;
    throw new EmbeddedPostgresError(
      "data_folder_of_another_user",
      `${cluster?.dataFolder} belongs to user id ${owner.uid}, and you are ${own}. Start as that ` +
        "user (or as root), or set DATA_DIR to a folder of your own.",
    );
  }
  return owner !== null && owner.uid !== 0 ? owner : await findUnprivilegedAccount();
}

async function ownerOf(folder: string): Promise<ServerAccount> {
  const { uid, gid } = await stat(folder);
  return { uid, gid };
}

async function findUnprivilegedAccount(): Promise<ServerAccount> {
  const entries = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n");
  for (const name of unprivilegedNames) {
    const entry = entries.find((line) => line.startsWith(`${name}:`))?.split(":");
    const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
    // macOS gives nobody the id -2, which system calls take as an unsigned number.
    if (entry !== undefined && uid !== 0) return { uid: uid >>> 0, gid: gid >>> 0 };
  }
  throw new EmbeddedPostgresError(
    "no_unprivileged_account",
    "PostgreSQL refuses to run as root, and this system has no user `nobody` to run it as. Start " +
      "as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.",
  );
}
