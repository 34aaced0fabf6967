/** Says something at the edge of the screen. What shows it is loaded with the first that is said. */
export async function showProblem(title: string, message: string): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  notifications.show({ color: "red", title, message });
}

/** Says that something was done. */
export async function showDone(message: string): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  notifications.show({ color: "green", message });
}
