// What a program in Node.js does with the client of the bookshop. Prints what it got as JSON.
import assert from 'node:assert/strict';
import { createBook, downloadCatalogue, exportBooks, listBooks, listOrders, placeOrder, readBook, signIn, streamOrderEvents, type Book } from './client/index.js';
import { connect, ForbiddenError, HttpError, NetworkError, UnauthorizedError, type ConnectOptions } from './client/connect.js';
import { client } from './client/generated/client.gen.js';

/** Passes the compiler only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const same = <A, B>(yes: Same<A, B>): boolean => yes;

const [url = '', streams = '', headers = '{}'] = process.argv.slice(2);
const buffered: ConnectOptions = { api: 'Bookshop', runtimeConfig: { apis: { Bookshop: url } } };
await connect(buffered);
client.setConfig({ headers: JSON.parse(headers) as Record<string, string> });

const { data: books, response } = await listBooks({ query: { tag: ['classic', 'letters'], limit: 2 } });
same<typeof books, Book[] | undefined>(true);
assert.ok(books !== undefined && books.length > 0);
assert.equal(books[0]?.tags?.includes('letters'), true);
assert.equal(response.headers.get('x-total-count'), String(books.length));

const admin = { 'X-Admin-Key': 'development-admin-key' };
const book = { isbn: `978${String(Date.now() % 1e10).padStart(10, '0')}`, title: 'Żółta książka – 黄色い本', author: 'Anonymous', genre: 'science', price: '12.30', stock: 3 } as const;
const { data: created } = await createBook({ body: book, headers: admin, throwOnError: true });
assert.equal(created.title, book.title);
const { data: read } = await readBook({ path: { book_id: created.id }, throwOnError: true });
assert.equal(read.isbn, book.isbn);
// @ts-expect-error a book has no pages
await createBook({ body: { ...book, pages: 3 }, headers: admin });

const { data: zip } = await downloadCatalogue({ throwOnError: true, parseAs: 'blob' });
assert.deepEqual([...new Uint8Array(await (zip as Blob).slice(0, 2).arrayBuffer())], [0x50, 0x4b]);

// What went wrong: declared errors are returned, all errors are told apart where they are thrown.
const { error, response: refused } = await createBook({ body: { ...book, price: 'free' }, headers: admin });
assert.equal(refused.status, 422);
assert.equal(Array.isArray(error?.detail), true);
await assert.rejects(createBook({ body: book, throwOnError: true }), (thrown) => thrown instanceof ForbiddenError && thrown.response.status === 403);
await assert.rejects(listOrders({ throwOnError: true }), (thrown) => thrown instanceof UnauthorizedError && /answered with 401/.test(thrown.message));
await assert.rejects(readBook({ path: { book_id: 999 }, throwOnError: true }), (thrown) => thrown instanceof HttpError
  && !(thrown instanceof ForbiddenError) && 'detail' in thrown && thrown.detail === 'there is no book 999' && thrown.response.status === 404);
const offline = await listBooks({ baseUrl: 'http://127.0.0.1:1' });
assert.equal((offline.error as unknown) instanceof NetworkError, true);

// Streams, from where answers are streamed.
const { data: token } = await signIn({ body: { grant_type: 'password', username: 'zoe', password: 'correct horse' }, throwOnError: true });
await connect({ url: streams });
const exported: Book[] = [];
for await (const one of exportBooks()) {
  same<typeof one, Book>(true);
  exported.push(one);
}
const isbns: string[] = [];
for await (const { isbn } of exportBooks()) {
  isbns.push(isbn);
  if (isbns.length === 2) break;
}
const mine = { auth: token.access_token } as const;
const { data: order } = await placeOrder({ body: { lines: [{ book_id: 2, quantity: 1 }] }, ...mine, throwOnError: true });
const events = [];
for await (const event of streamOrderEvents({ path: { order_id: order.id }, ...mine })) events.push(event);
await assert.rejects(async () => { for await (const _ of streamOrderEvents({ path: { order_id: order.id } })) assert.fail(); }, UnauthorizedError);
await assert.rejects(async () => { for await (const _ of exportBooks({ baseUrl: 'http://127.0.0.1:1' })) assert.fail(); }, NetworkError);
// @ts-expect-error an order has an id
streamOrderEvents();

console.log(JSON.stringify({ created: created.id, exported: exported.length, isbns, order: order.id, events }));
