// A page that lists the books, adds one and watches the catalogue as it streams.
import { createBook, exportBooks, listBooks } from './client/index.js';
import { connect } from './client/connect.js';

const element = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
const line = (list: string, text: string): void => {
  const item = document.createElement('li');
  item.textContent = text;
  element(list).append(item);
};

try {
  await connect({ api: 'Bookshop' });
  const { data: books } = await listBooks({ query: { limit: 3 }, throwOnError: true });
  for (const book of books) line('listed', `${book.title} – ${book.author}`);

  const body = { isbn: '9780000000088', title: 'Żółta książka – 黄色い本', author: 'Anonymous', genre: 'science', price: '12.30' } as const;
  const { data: created } = await createBook({ body, headers: { 'X-Admin-Key': 'development-admin-key' }, throwOnError: true });
  element('created').textContent = `${created.id}: ${created.title}, ${created.price}`;

  for await (const book of exportBooks()) line('streamed', `${book.isbn} ${book.title}`);
  document.body.dataset.state = 'done';
} catch (error) {
  document.body.dataset.state = `failed: ${String(error)}`;
}
await fetch('report', { method: 'POST', body: document.documentElement.outerHTML });
