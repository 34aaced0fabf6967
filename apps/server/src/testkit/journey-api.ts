/** An answer of the server over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or nothing. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the server: `call("POST /api/v1/tokens", { name })`. Throws unless the answer is a success. */
export type Caller = (route: string, body?: unknown) => Promise<HttpAnswer>;

/** The server refused a call. */
export class RefusedCall extends Error {
  readonly answer: HttpAnswer;

  constructor(route: string, answer: HttpAnswer) {
    super(`${route} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.name = "RefusedCall";
    this.answer = answer;
  }

  /** The stable code of the problem document. */
  get code(): unknown {
    return this.answer.body.code;
  }
}

export function createCaller(url: string, headers: Readonly<Record<string, string>>): Caller {
  return async (route, body) => {
    const [method = "GET", path = "/"] = route.split(" ");
    const json = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: HttpAnswer = {
      status: response.status,
      headers: response.headers,
      body: text.startsWith("{") ? JSON.parse(text) : {},
    };
    if (!response.ok) throw new RefusedCall(route, answer);
    return answer;
  };
}
