// Values at the pointer. Without it the page lacks nothing else.
(() => {
  const tip = document.body.appendChild(document.createElement('div'));
  tip.id = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  const hide = () => { tip.hidden = true; };
  const show = (x, y, lines) => {
    tip.replaceChildren(...lines.map((line, i) => {
      const part = document.createElement(i ? 'div' : 'b');
      part.textContent = line;
      return part;
    }));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = x + 14 + width < room ? x + 14 : x - 14 - width;
    tip.style.left = Math.max(8, Math.min(left, room - width - 8)) + 'px';
    tip.style.top = (y - 14 - height < 4 ? y + 18 : y - 14 - height) + 'px';
  };
  // The pointer in the units of a picture, and the way back.
  const inside = (svg, event) => {
    const at = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  const outside = (svg, x, y) => {
    const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
    return [at.x, at.y];
  };
  const numbers = text => text.split(',').map(one => one === '' ? NaN : +one);
  const listen = (svg, over, gone) => {
    svg.addEventListener('pointermove', over);
    svg.addEventListener('pointerdown', over);
    svg.addEventListener('pointerleave', gone);
    svg.addEventListener('blur', gone);
  };

  for (const svg of document.querySelectorAll('[data-plot]')) {
    const { box: [left, top, width, height], x, y, unit } = JSON.parse(svg.dataset.plot);
    const place = (axis, value) => {
      const share = axis.log ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
          : (value - axis.low) / (axis.high - axis.low);
      return Math.max(0, Math.min(1, share));
    };
    const lines = [...svg.querySelectorAll('[data-y]')].map(path => {
      const values = path.dataset.y.split(',');
      const xs = path.dataset.x ? numbers(path.dataset.x) : values.map((_, i) => i + 1);
      const points = xs.map((at, i) => ({ x: at, y: values[i] })).filter(one => one.y !== '');
      return { name: path.dataset.name, points };
    }).filter(line => line.points.length);
    if (!lines.length) continue;
    const cross = svg.appendChild(document.createElementNS(svg.namespaceURI, 'path'));
    cross.setAttribute('class', 'cross');
    const nearest = (points, at) => points.reduce((best, one) =>
        Math.abs(one.x - at) < Math.abs(best.x - at) ? one : best);
    let now = null;
    const gone = () => { hide(); cross.removeAttribute('d'); now = null; };
    const at = value => {
      const found = lines.map(line => nearest(line.points, value));
      const main = found.reduce((best, one) =>
          Math.abs(one.x - value) < Math.abs(best.x - value) ? one : best);
      now = main.x;
      const px = left + place(x, main.x) * width;
      cross.setAttribute('d', `M${px} ${top}v${height}` + found.map(one => {
        const cx = left + place(x, one.x) * width;
        const cy = top + height - place(y, +one.y) * height;
        return `M${cx - 3.5} ${cy}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0`;
      }).join(''));
      const [sx, sy] = outside(svg, px, top + place({ low: 0, high: 1 }, .35) * height);
      show(sx, sy, [`${x.name} ${main.x}`].concat(lines.map((line, i) =>
          (line.name ? line.name + ': ' : '') + found[i].y + unit
          + (Math.abs(found[i].x - main.x) > 1e-9 ? ` (${x.name} ${found[i].x})` : ''))));
    };
    const value = px => x.low + (px - left) / width * (x.high - x.low);
    listen(svg, event => at(value(inside(svg, event)[0])), gone);
    svg.addEventListener('keydown', event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === 'Escape') gone();
      if (!step) return;
      event.preventDefault();
      const all = lines[0].points.map(one => one.x);
      const index = now === null ? (step > 0 ? -1 : all.length) : all.indexOf(
          nearest(lines[0].points, now).x);
      at(all[Math.max(0, Math.min(all.length - 1, index + step))]);
    });
  }

  for (const svg of document.querySelectorAll('[data-grid]')) {
    const grid = JSON.parse(svg.dataset.grid);
    const [left, top, width, height] = grid.box;
    const values = svg.dataset.values.split(',');
    const cross = svg.appendChild(document.createElementNS(svg.namespaceURI, 'path'));
    cross.setAttribute('class', 'cross');
    const gone = () => { hide(); cross.removeAttribute('d'); };
    listen(svg, event => {
      const [px, py] = inside(svg, event);
      const column = Math.floor((px - left) / width * grid.columns.length);
      const row = Math.floor((py - top) / height * grid.rows.length);
      if (!(row in grid.rows) || !(column in grid.columns)) return gone();
      const w = width / grid.columns.length;
      const h = height / grid.rows.length;
      cross.setAttribute('d', `M${left + column * w} ${top + row * h}h${w}v${h}h${-w}z`);
      const value = values[row * grid.columns.length + column];
      const of = grid.totals ? ` of ${grid.totals[row]}` : '';
      const share = grid.totals && grid.totals[row] > 0
          ? ` = ${(100 * value / grid.totals[row]).toFixed(1)} %` : '';
      show(event.clientX, event.clientY, [
        `${grid.row}${grid.rows[row]}`, `${grid.column}${grid.columns[column]}`,
        value === '' ? grid.none : grid.value + value + of + share]);
    }, gone);
  }

  for (const part of document.querySelectorAll('[data-tip]')) {
    const over = event => show(event.clientX, event.clientY, part.dataset.tip.split('\n'));
    listen(part, over, hide);
  }
  addEventListener('scroll', hide, { passive: true });
})();
