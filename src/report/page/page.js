"use strict";
(() => {
  const FAINT = "4d"; // opacity in hexadecimal
  const plots = JSON.parse(document.getElementById("data").textContent).plots;
  const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const brief = (value) => Number(value.toPrecision(5)).toString();
  const decade = (value) => (value.toExponential().startsWith("1e") ? value.toExponential(0).replace("+", "") : "");
  const oneTwoFive = (value) => (/^[125](\.0+)?e/.test(value.toExponential(6)) ? brief(value) : "");

  // Every visible curve answers with its value nearest to the pointer, however its values are spaced.
  Chart.Interaction.modes.nearestOfEach = (chart, event) => {
    const items = [];
    chart.getSortedVisibleDatasetMetas().forEach((meta) => {
      let best = null;
      meta.data.forEach((element, index) => {
        const distance = element.skip ? Infinity : Math.abs(element.x - event.x);
        if (best === null || distance < best.distance) best = { element, index, distance };
      });
      const isMark = chart.data.datasets[meta.index].isMark;
      if (best && best.distance < (isMark ? 6 : Infinity)) {
        items.push({ element: best.element, datasetIndex: meta.index, index: best.index });
      }
    });
    return items.sort((a, b) => a.datasetIndex - b.datasetIndex);
  };

  // A vertical line through every mark, with its name beside it where there is room.
  const markLines = {
    id: "markLines",
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea: area } = chart;
      const marks = chart.getSortedVisibleDatasetMetas()
        .filter((meta) => chart.data.datasets[meta.index].isMark && meta.data.length)
        .map((meta) => ({ x: meta.data[0].x, dataset: chart.data.datasets[meta.index] }))
        .sort((a, b) => a.x - b.x);
      const rowEnds = [];
      ctx.save();
      ctx.font = "600 12px " + Chart.defaults.font.family;
      ctx.textBaseline = "top";
      for (const { x, dataset } of marks) {
        const name = dataset.label.split(" ")[0];
        const width = ctx.measureText(name).width;
        const left = x + 5 + width > area.right ? x - 5 - width : x + 5;
        let row = rowEnds.findIndex((end) => end + 6 < left);
        if (row < 0) row = rowEnds.length;
        rowEnds[row] = left + width;
        ctx.strokeStyle = ctx.fillStyle = dataset.borderColor;
        ctx.setLineDash([4, 4]);
        ctx.beginPath();
        ctx.moveTo(x, area.top);
        ctx.lineTo(x, area.bottom);
        ctx.stroke();
        ctx.fillText(name, left, area.top + 2 + 15 * row);
      }
      ctx.restore();
    },
  };

  // Around a median, faintly, the range of the values that it stands for.
  const bands = {
    id: "bands",
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales: { x: xAxis, y: yAxis } } = chart;
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.left, area.top, area.width, area.height);
      ctx.clip();
      for (const meta of chart.getSortedVisibleDatasetMetas()) {
        const { band, full } = chart.data.datasets[meta.index];
        if (!band) continue;
        const there = band.filter(({ low, high }) => low !== null && high !== null);
        const corners = there.map(({ x, high }) => [x, high]).concat(there.map(({ x, low }) => [x, low]).reverse());
        ctx.fillStyle = full + "2b";
        ctx.beginPath();
        for (const [x, y] of corners) ctx.lineTo(xAxis.getPixelForValue(x), yAxis.getPixelForValue(y));
        ctx.fill();
      }
      ctx.restore();
    },
  };

  // While the pointer drags: the stretch that will be shown.
  const selection = {
    id: "selection",
    afterDraw(chart) {
      if (!chart.drag) return;
      const { ctx, chartArea: area } = chart;
      ctx.save();
      ctx.fillStyle = styleOf("--accent") + "2b";
      ctx.fillRect(Math.min(chart.drag.from, chart.drag.to), area.top, Math.abs(chart.drag.to - chart.drag.from), area.height);
      ctx.restore();
    },
  };

  const datasetsOf = (plot) => {
    let colour = 0;
    const next = () => styleOf("--c" + (colour++ % 8));
    const peek = () => styleOf("--c" + (colour % 8));
    const curves = plot.series.map((series) => {
      // A faint curve shares the colour of the curve that it belongs to, which follows it.
      const line = series.style === "raw" ? peek() : next();
      return {
        label: series.label,
        isRaw: series.style === "raw",
        band: series.low && series.x.map((x, i) => ({ x, low: series.low[i], high: series.high[i] })),
        data: series.x.map((x, i) => ({ x, y: series.y[i] === null ? NaN : series.y[i] })),
        full: line,
        borderColor: series.style === "raw" ? line + FAINT : line,
        backgroundColor: line,
        borderWidth: series.style === "raw" ? 1 : 2.25,
        pointRadius: series.style === "dots" ? 3 : 0,
        pointHoverRadius: 5,
        order: series.style === "raw" ? 2 : 1,
      };
    });
    const marks = plot.marks.map((mark) => {
      const dot = next();
      return {
        label: mark.label, isMark: true, data: [{ x: mark.x, y: mark.y }], full: dot, showLine: false,
        borderColor: dot, backgroundColor: dot, pointRadius: 5, pointHoverRadius: 7, order: 0,
      };
    });
    return curves.concat(marks);
  };

  const axis = (label, log, range, logTick) => ({
    type: log ? "logarithmic" : "linear",
    min: range[0],
    max: range[1],
    title: { display: true, text: label, color: styleOf("--muted") },
    grid: {
      drawBorder: false,
      color: (context) => (log && !(context.tick && context.tick.label) ? "transparent" : styleOf("--line")),
    },
    ticks: {
      color: styleOf("--muted"),
      maxRotation: 0,
      includeBounds: false,
      autoSkip: !log,
      callback: log ? logTick : (value) => brief(value),
    },
  });

  const extent = (plot) => {
    const xs = plot.series.flatMap((series) => [series.x[0], series.x[series.x.length - 1]]);
    const finite = xs.filter(Number.isFinite);
    return finite.length ? [Math.min(...finite), Math.max(...finite)] : [undefined, undefined];
  };

  const configOf = (plot) => ({
    type: "line",
    data: { datasets: datasetsOf(plot) },
    plugins: [bands, markLines, selection],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: "nearestOfEach" },
      scales: {
        x: axis(plot.x_label, plot.log_x, extent(plot), decade),
        y: axis(plot.y_label, plot.log_y, plot.y_range || [undefined, undefined], oneTwoFive),
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: (items) => (items.length ? plot.x_label + " " + brief(items[0].parsed.x) : ""),
            label: (item) => {
              const { label, isMark, band } = item.dataset;
              const range = band && band[item.dataIndex];
              const spread = range ? " [" + brief(range.low) + ", " + brief(range.high) + "]" : "";
              return label + (isMark ? "" : ": " + brief(item.parsed.y) + spread);
            },
          },
        },
      },
    },
  });

  // Without its smoothed curve in front, a raw curve is drawn at full strength.
  const show = (chart, index, visible) => {
    chart.setDatasetVisibility(index, visible);
    chart.data.datasets.forEach((dataset, i) => {
      if (dataset.isRaw) dataset.borderColor = dataset.full + (chart.isDatasetVisible(i + 1) ? FAINT : "");
    });
    chart.update("none");
  };

  const fillLegend = (chart, legend, hidden) => {
    legend.replaceChildren(...chart.data.datasets.map((dataset, index) => {
      const button = document.createElement("button");
      const swatch = document.createElement("i");
      swatch.style.background = dataset.isRaw ? dataset.full + FAINT : dataset.full;
      swatch.className = dataset.isMark ? "mark" : "";
      button.type = "button";
      button.append(swatch, dataset.label);
      button.setAttribute("aria-pressed", String(!hidden.has(index)));
      button.addEventListener("click", () => {
        const visible = hidden.delete(index);
        if (!visible) hidden.add(index);
        button.setAttribute("aria-pressed", String(visible));
        show(chart, index, visible);
      });
      if (hidden.has(index)) show(chart, index, false);
      return button;
    }));
  };

  // What the visible curves reach between two values of x; nothing if there is no value.
  const reach = (chart, [low, high]) => {
    const ys = chart.getSortedVisibleDatasetMetas().flatMap((meta) => {
      const { data, band, isMark } = chart.data.datasets[meta.index];
      if (isMark) return [];
      const inside = ({ x }) => x >= low && x <= high;
      const edges = band ? band.filter(inside).flatMap((point) => [point.low, point.high]) : [];
      return data.filter(inside).map(({ y }) => y).concat(edges);
    }).filter((y) => Number.isFinite(y) && (chart.options.scales.y.type === "linear" || y > 0));
    return ys.length ? [Math.min(...ys), Math.max(...ys)] : null;
  };

  // Shows `range` of the x axis, and of the y axis what is there; all again without a range.
  const zoom = (view, range) => {
    view.range = range;
    const { x, y } = view.chart.options.scales;
    const found = range && reach(view.chart, range);
    [x.min, x.max] = range || extent(view.plot);
    [y.min, y.max] = view.plot.y_range || [undefined, undefined];
    if (found) {
      const margin = y.type === "linear" ? 0.05 * (found[1] - found[0]) : 0;
      [y.min, y.max] = margin || found[1] > found[0] ? [found[0] - margin, found[1] + margin] : [undefined, undefined];
    }
    view.chart.update("none");
    view.reset.hidden = !range;
  };

  const dragOver = (view) => {
    const { canvas } = view;
    const within = (event) => {
      const { left, right } = view.chart.chartArea;
      return Math.min(Math.max(event.clientX - canvas.getBoundingClientRect().left, left), right);
    };
    const finish = ({ from, to }) => {
      const scale = view.chart.scales.x;
      if (Math.abs(to - from) < 8) view.chart.draw(); // a click
      else zoom(view, [Math.min(from, to), Math.max(from, to)].map((pixel) => scale.getValueForPixel(pixel)));
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button !== 0) return; // a finger scrolls the page
      const drag = (view.chart.drag = { from: within(event), to: within(event) });
      const move = (moved) => {
        drag.to = within(moved);
        view.chart.draw();
      };
      const end = ({ type }) => {
        removeEventListener("pointermove", move);
        for (const kind of ["pointerup", "pointercancel"]) removeEventListener(kind, end);
        view.chart.drag = null;
        if (type === "pointerup") finish(drag);
      };
      addEventListener("pointermove", move);
      for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, end);
    });
    canvas.addEventListener("dblclick", () => zoom(view, null));
    view.reset.addEventListener("click", () => {
      zoom(view, null);
      canvas.focus();
    });
  };

  // + and - show half or twice as much around the middle, 0 shows all.
  const zoomByKey = (view, event) => {
    if (event.key === "0") return zoom(view, null);
    const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
    if (!factor) return;
    const { x } = view.chart.scales;
    const [active] = view.chart.getActiveElements();
    const middle = active ? active.element.x : (x.left + x.right) / 2;
    const half = ((x.right - x.left) / 2) * factor;
    const all = extent(view.plot);
    const range = [middle - half, middle + half].map((pixel) => x.getValueForPixel(pixel));
    const clipped = [Math.max(range[0], all[0]), Math.min(range[1], all[1])];
    zoom(view, clipped[0] === all[0] && clipped[1] === all[1] ? null : clipped);
  };

  // The arrow keys walk along the curve, as the pointer does.
  const step = (chart, event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    const metas = chart.getSortedVisibleDatasetMetas().filter((meta) => meta.data.length > 1);
    if (!move || !metas.length) return;
    event.preventDefault();
    const meta = metas[metas.length - 1];
    const now = (chart.getActiveElements().find((item) => item.datasetIndex === meta.index) || { index: -1 }).index;
    const index = Math.min(Math.max(now + move, 0), meta.data.length - 1);
    const point = meta.data[index];
    const items = Chart.Interaction.modes.nearestOfEach(chart, { x: point.x })
      .map(({ datasetIndex, index: nearest }) => ({ datasetIndex, index: nearest }));
    chart.setActiveElements(items);
    chart.tooltip.setActiveElements(items, { x: point.x, y: point.y });
    chart.update("none");
  };

  const views = [...document.querySelectorAll("canvas[data-plot]")].map((canvas) => ({
    canvas,
    plot: plots[Number(canvas.dataset.plot)],
    legend: canvas.closest("figure").querySelector(".legend"),
    reset: canvas.closest("figure").querySelector(".reset"),
    hidden: new Set(),
    range: null,
    chart: null,
  }));
  const draw = () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const view of views) {
      if (view.chart) view.chart.destroy();
      view.chart = new Chart(view.canvas, configOf(view.plot));
      fillLegend(view.chart, view.legend, view.hidden);
      if (view.range) zoom(view, view.range);
    }
  };
  for (const view of views) {
    view.canvas.addEventListener("keydown", (event) => {
      step(view.chart, event);
      zoomByKey(view, event);
    });
    dragOver(view);
  }
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", draw);
  draw();
})();
