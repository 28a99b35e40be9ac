// What the page may ask for, before and after the loader is here.

let waiting = [];

function set(name, value) {
  setup[name] = value;
  dress();
  tell('options');
}

function integrate(value) {
  data = value;
  for (const key in data) if (data[key] === null) delete data[key];
  tell('options');
}

const methods = {
  __proto__: null,
  openChat: (focus) => open(focus !== false),
  expandWidget: () => open(true),
  minimizeWidget: minimize,
  show: () => set('startHidden', false),
  hide: () => set('startHidden', true),
  pageView,
  setIntegrationData: (value) => integrate(Object.assign({}, value)),
  updateIntegrationData: (value) => integrate(Object.assign(data, value)),
  sendAutoMessage(message) {
    automatic.push(message);
    load();
    tell('automatic');
  },
  restart() {
    if (state === 'waiting') return;
    kill();
    state = 'waiting';
    waitForId(0);
  },
  kill,
};

['buttonPosition', 'buttonSize', 'chatWidth', 'chatHeight', 'zIndex', 'colors', 'groupId', 'locale'].forEach((name) => {
  const title = name[0].toUpperCase() + name.slice(1);
  methods[`set${title}`] = (value) => set(name, value);
  methods[`reset${title}`] = () => set(name, first[name]);
});

function call(args) {
  const [name, ...rest] = [...args];
  if (!methods[name]) return;
  if (state === 'on' || /^(kill|restart)$/.test(name)) guarded(() => methods[name](...rest));
  else if (state === 'waiting') waiting.push(args);
}
