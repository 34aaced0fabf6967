/** Who is in the demo. Names, numbers and addresses are the same in every run. */

export const BUSINESS = "Lotus Home";
/** Everybody's. */
export const PASSWORD = "punctual-demo";

export interface Employee {
  readonly name: string;
  readonly email: string;
  readonly role: "admin" | "supervisor" | "agent";
  /** How long they take to answer; `null`: they answer nobody, and so their sessions move on. */
  readonly answersAfterMs: number | null;
}

export const EMPLOYEES = {
  david: employee("David Miller", "admin", null),
  hoa: employee("Hoa Lê", "supervisor", null),
  lan: employee("Lan Nguyễn", "agent", 14_000),
  thao: employee("Thảo Phạm", "agent", null),
  emily: employee("Emily Clark", "agent", null),
  minh: employee("Minh Trần", "agent", 8_000),
  ben: employee("Ben Carter", "agent", 20_000),
} as const satisfies Record<string, Employee>;
export type EmployeeKey = keyof typeof EMPLOYEES;
export const EMPLOYEE_KEYS = Object.keys(EMPLOYEES) as readonly EmployeeKey[];

/** The business's WhatsApp numbers, each with a team of its own. */
export const NUMBERS = {
  support: {
    phoneNumberId: "106540352242922",
    displayPhoneNumber: "+15550783881",
    verifiedName: "Lotus Support",
    team: ["lan", "thao", "emily"],
  },
  sales: {
    phoneNumberId: "106540352242933",
    displayPhoneNumber: "+15550783882",
    verifiedName: "Lotus Sales",
    team: ["minh", "ben"],
  },
} as const satisfies Record<string, DemoNumber>;
export type NumberKey = keyof typeof NUMBERS;
export const NUMBER_KEYS = Object.keys(NUMBERS) as readonly NumberKey[];

interface DemoNumber {
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
  readonly team: readonly EmployeeKey[];
}

/** What connects a number to the emulator: nothing of it is secret. */
export const CREDENTIALS = {
  accessToken: "demo-access-token",
  appSecret: "demo-app-secret",
  verifyToken: "demo-verify-token",
};

/** Digits with the country code, as the server shows them. */
export const CUSTOMERS = {
  linh: { name: "Linh Trần", phone: "84905550002" },
  james: { name: "James Wilson", phone: "447700900123" },
  anna: { name: "Anna Keller", phone: "16505551234" },
  quang: { name: "Quang Đỗ", phone: "84905550003" },
  mai: { name: "Mai Hoàng", phone: "84905550005" },
  fatima: { name: "فاطمة علي", phone: "971505550004" },
} as const;
export type CustomerKey = keyof typeof CUSTOMERS;
export const CUSTOMER_KEYS = Object.keys(CUSTOMERS) as readonly CustomerKey[];

function employee(name: string, role: Employee["role"], answersAfterMs: number | null): Employee {
  const first = name.split(" ")[0] ?? name;
  // "Thảo" writes to thao@…: the letters without their marks.
  const plain = first.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return { name, email: `${plain}@lotus.example`, role, answersAfterMs };
}
