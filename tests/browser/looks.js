// Return each text that is seen, with the contrast between it and what is behind it, where that is
// less than WCAG's level AA asks for.
() => {
  const parsed = text => {
    const found = text.match(/[\d.]+/g).map(Number);
    return {rgb: found.slice(0, 3), alpha: found[3] ?? 1};
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (upper, lower) => upper.rgb.map((v, i) => v * upper.alpha + lower[i] * (1 - upper.alpha));
  const behind = node => {
    const layers = [];
    if (node.closest('svg')) {
      const box = node.closest('g, a')?.querySelector('rect');
      if (box) layers.push(parsed(getComputedStyle(box).fill));
    }
    for (let each = node; each; each = each.parentElement) {
      const found = parsed(getComputedStyle(each).backgroundColor);
      layers.push(found);
      if (found.alpha === 1) break;
    }
    return layers.reduceRight((lower, upper) => over(upper, lower), [255, 255, 255]);
  };
  const bad = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || ['STYLE', 'SCRIPT', 'TITLE'].includes(parent.tagName.toUpperCase())) continue;
    if (!parent.checkVisibility({visibilityProperty: true})) continue;
    seen += 1;
    const style = getComputedStyle(parent);
    const back = behind(parent);
    const front = over(parsed(parent.closest('svg') ? style.fill : style.color), back);
    const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const asked = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio < asked) bad.push(`${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }
  return {bad, seen};
}
