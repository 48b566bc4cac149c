import { controlMethod } from '../method.ts';
import { type Infer, i32, opt, req, string, struct } from './schema.ts';

export const HttpGetRequest = struct('ctl_http_get_request', () => ({
  /** With its query: `/config?name=NAME` */
  path: req(1, string),
}));
export type HttpGetRequest = Infer<typeof HttpGetRequest>;

export const HttpGetResponse = struct('ctl_http_get_response', () => ({
  status: req(1, i32),
  body: req(2, string),
  /** The body goes on: by this number it is asked for. */
  rest: opt(3, i32),
}));
export type HttpGetResponse = Infer<typeof HttpGetResponse>;

/** What a status is called (`src/http/http_status_code.cpp`). */
export const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'OK',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** HTTP on a server's own port, as a call to that server; over TCP it is what it says. */
export const httpGet = controlMethod('CTL_HTTP_GET', HttpGetRequest, HttpGetResponse);

/** The next part of a long page, from a process that serves a workspace. */
export const httpGetRest = controlMethod(
  'CTL_HTTP_GET_REST',
  struct('ctl_http_get_rest_request', () => ({ rest: req(1, i32) })),
  HttpGetResponse,
);
