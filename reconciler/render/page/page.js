'use strict';
// What can be read without this can be searched with it. The view is in the fragment of the address,
// so that it can be linked to: q and in (the search), what and kind (cells of the table), at (a row).
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = id => document.getElementById(id);
  const groups = all('.group').map(node => ({
    node, count: node.querySelector('output'), rows: all('details', node).map(row => rowOf(row, node)),
  }));
  const rows = groups.flatMap(group => group.rows);
  if (!rows.length) return;
  const q = one('q'), where = one('in'), keys = one('keys');
  const links = all('a[data-what]');
  let view = {};

  function rowOf(node, group) {
    const summary = node.firstElementChild, done = summary.querySelector('b');
    const texts = [...summary.childNodes].filter(child => child.nodeType === Node.TEXT_NODE);
    const address = texts.map(text => text.data).join('').trim();
    return {node, summary, address, kind: address.split('/')[0],
      what: done ? done.textContent : group.dataset.what};
  }

  // A tree has a line for each field, and what several have in common on a line above them.
  function fieldsOf(row) {
    const fields = [], values = [], above = [], body = row.node.lastChild;
    for (const {cells} of body.rows || []) {
      for (const cell of cells) {
        if (cell.tagName === 'TH') fields.push(cell.firstChild.data);
        else if (cells.length > 1) values.push(cell.textContent);
      }
    }
    let leaf = Infinity;
    for (const line of body.data?.split('\n') || []) {
      const depth = line.search(/[^\t]|$/), said = line.slice(depth), cut = said.search(/:( |$)/);
      if (depth > leaf) { values.push(said); continue; }
      above.length = depth;
      above.push(cut < 0 ? said : said.slice(0, cut));
      leaf = cut < 0 ? Infinity : depth;
      if (cut < 0) continue;
      fields.push(above.join('.'));
      values.push(said.slice(cut + 2));
    }
    return {field: fields.join('\n').toLowerCase(), value: values.join('\n').toLowerCase()};
  }

  function textOf(row, part) {
    if (!part) return row.text ??= row.node.textContent.toLowerCase() + '\n' + textOf(row, 'field');
    if (part === 'address') return row.lower ??= row.address.toLowerCase();
    return (row.parts ??= fieldsOf(row))[part];
  }

  function matches(row, words) {
    return (!view.what || row.what === view.what) && (!view.kind || row.kind === view.kind)
      && words.every(word => textOf(row, view.in).includes(word));
  }

  function fragment(parts) {
    const said = new URLSearchParams(Object.entries(parts).filter(([, value]) => value));
    return `#${said}`;
  }

  function read() {
    const given = location.hash.slice(1);
    const row = /^c\d+$/.test(given) && rows.find(each => each.node.id === given);
    if (given && given !== 'all' && !row && !given.includes('=')) return;
    view = row ? {at: row.address} : Object.fromEntries(new URLSearchParams(given));
    if (!['address', 'field', 'value'].includes(view.in)) delete view.in;
    q.value = view.q || '';
    where.value = view.in || '';
    show();
    const at = view.at && rows.find(each => each.address === view.at);
    if (!at && (view.what || view.kind)) one('changes').scrollIntoView();
    if (!at) return;
    at.node.open = true;
    at.node.hidden = at.node.parentNode.hidden = false;
    at.summary.focus({preventScroll: true});
    at.node.scrollIntoView({block: 'center'});
  }

  function write() {
    history.replaceState(null, '', fragment(view));
    show();
  }

  function show() {
    const words = (view.q || '').toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const group of groups) {
      let shown = 0;
      for (const row of group.rows) shown += !(row.node.hidden = !matches(row, words));
      group.node.hidden = !shown;
      const total = group.rows.length;
      group.count.textContent = shown === total ? total : `${shown} of ${total}`;
      number += shown;
    }
    const filtered = words.length || view.what || view.kind;
    const cell = [view.kind, view.what].filter(Boolean).join(', ');
    one('count').textContent = filtered ? `${number} of ${rows.length} shown${cell && `: ${cell}`}` : '';
    one('clear').hidden = !filtered;
    for (const link of links) {
      const {what, kind} = link.dataset;
      const active = (view.what || '') === what && (view.kind || '') === kind;
      link.setAttribute('aria-current', active);
      const then = fragment({...view, at: '', what: active ? '' : what, kind: active ? '' : kind});
      link.href = then === '#' ? '#all' : then;
    }
    mark(words);
  }

  function mark(words) {
    if (!window.Highlight) return;
    CSS.highlights.delete('found');
    if (!words.length) return;
    const ranges = [];
    for (const row of rows) {
      if (row.node.hidden || ranges.length > 2000) continue;
      const walker = document.createTreeWalker(row.node, NodeFilter.SHOW_TEXT);
      for (let node; (node = walker.nextNode());) {
        const text = node.data.toLowerCase();
        if (text.length !== node.length) continue;
        for (const word of words) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set('found', new Highlight(...ranges));
  }

  function clear() {
    view = {};
    q.value = where.value = '';
    write();
  }

  function openAll() {
    const seen = rows.filter(row => !row.node.hidden), open = seen.some(row => !row.node.open);
    for (const row of seen) row.node.open = open;
  }

  function step(by) {
    const seen = rows.filter(row => !row.node.hidden);
    const at = seen.findIndex(row => row.node.contains(document.activeElement));
    const next = seen[at < 0 ? 0 : Math.min(Math.max(at + by, 0), seen.length - 1)];
    if (next) next.summary.focus();
  }

  const actions = {
    j: () => step(1), k: () => step(-1), e: openAll, '/': () => q.focus(),
    o: () => document.activeElement.closest('.group summary')?.click(),
  };

  let waiting;
  q.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { view.q = q.value; view.at = ''; write(); }, 60);
  });
  where.addEventListener('change', () => { view.in = where.value; write(); });
  one('open').addEventListener('click', openAll);
  one('clear').addEventListener('click', () => { clear(); q.focus(); });
  q.form.addEventListener('submit', event => event.preventDefault());
  one('changes').addEventListener('click', event => {
    const row = rows.find(each => each.summary === event.target.closest('summary'));
    if (!row) return;
    view.at = row.node.open ? '' : row.address;  // it opens after this
    history.replaceState(null, '', fragment(view));
  });
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') { clear(); document.activeElement.blur(); return; }
    const action = actions[event.key];
    if (!action || !keys.checked || event.target.closest('input:not([type=checkbox]), select')) return;
    event.preventDefault();
    action();
  });
  window.addEventListener('hashchange', read);
  q.form.hidden = one('help').hidden = false;
  read();
})();
