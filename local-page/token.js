const find = (id) => document.getElementById(id);
const { authorizers } = await (await fetch('/apis.json')).json();
for (const { name, issuer } of authorizers) {
  const option = document.createElement('option');
  option.value = name;
  option.textContent = issuer === undefined ? name : `${name} (${issuer})`;
  find('authorizer').append(option);
}
find('form').addEventListener('submit', async (submitted) => {
  submitted.preventDefault();
  find('problem').textContent = '';
  let claims;
  try {
    claims = JSON.parse(find('claims').value);
  } catch (error) {
    find('problem').textContent = `The claims must be JSON: ${error.message}`;
    return;
  }
  const asked = { authorizer: find('authorizer').value, scope: find('scopes').value, claims: { sub: find('subject').value, ...claims } };
  const answer = await fetch('/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked) });
  find('token').textContent = (await answer.json()).access_token;
});
