// Everything shown comes from documents, requests and functions: it is put in as text, never as HTML.
const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = String(text);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
const find = (id) => document.getElementById(id);
const row = (cells) => {
  const made = element('tr');
  for (const cell of cells) made.append(cell instanceof Node ? cell : element('td', cell));
  return made;
};
const pretty = (value) => (value === undefined || value === null ? 'none' : JSON.stringify(value, undefined, 2));

const showApi = (api) => {
  const made = element('details');
  const summary = element('summary');
  summary.append(element('b', api.name), ' ', element('a', api.url, { href: api.url }), ` ${api.kind}, ${api.routes.length} routes`);
  if (api.docs) summary.append(' ', element('a', 'docs', { href: api.docs, class: 'docs' }));
  const table = element('table');
  for (const { method, path, answeredBy, authorizer } of api.routes) table.append(row([method, path, answeredBy, authorizer]));
  made.append(summary, table);
  return made;
};

const grade = (status) => (status >= 500 ? 'bad' : status >= 400 ? 'fair' : 'good');

const showRequest = (record) => {
  const open = element('button', 'Details', { class: 'details' });
  open.addEventListener('click', () => {
    find('title').textContent = `${record.method} ${record.path}: ${record.status}`;
    find('note').textContent = record.note ?? '';
    find('event').textContent = pretty(record.event);
    find('response').textContent = pretty(record.response);
    find('log').textContent = record.log.join('\n') || 'none';
    find('details').showModal();
  });
  const replay = element('button', 'Replay', { class: 'replay' });
  replay.addEventListener('click', async () => {
    replay.disabled = true;
    await fetch('/replay', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: record.id }) });
    replay.disabled = false;
  });
  const actions = element('td');
  actions.append(open, ' ', replay);
  const by = record.functionId === undefined ? '' : `${record.functionId} ${record.cold ? '(cold)' : ''}`;
  const made = row([
    new Date(record.time).toLocaleTimeString(), record.method, element('td', record.path, { class: 'path' }),
    element('td', record.status, { class: grade(record.status) }), Math.round(record.milliseconds), by, actions,
  ]);
  find('none').hidden = true;
  find('requests').prepend(made);
  while (find('requests').childElementCount > 100) find('requests').lastElementChild.remove();
};

const { apis } = await (await fetch('/apis.json')).json();
find('apis').append(...apis.map(showApi));

let seen = 0;
const look = async () => {
  const { count, requests } = await (await fetch(`/requests.json?after=${seen}`)).json();
  seen = count;
  requests.forEach(showRequest);
  setTimeout(look, 1000);
};
await look();
