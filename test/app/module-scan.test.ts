import { scanModule } from '../../src/app/module-scan';

test.each([
  ['app = FastAPI()', 'app'],
  ['app: FastAPI = FastAPI()', 'app'],
  ['app = fastapi.FastAPI(title="x")', 'app'],
  ['app = api = FastAPI()', 'app'],
  ['other = FastAPI()\napi = FastAPI()\napp = FastAPI()', 'app'],
  ['other = FastAPI()\napi = FastAPI()', 'api'],
  ['zoo = FastAPI()\nshop = FastAPI()', 'shop'],
  ['app = create_app()', 'app'],
  ['admin = FastAPI()\napp = create_app()', 'app'],
  ['application = FastAPI()\napp = CORSMiddleware(application)', 'app'],
  ['api = FastAPI()\napp = Authenticated(Logged(api), "key")', 'app'],
  ['app = FastAPI()\napp = SentryAsgiMiddleware(app)', 'app'],
  ['app = FastAPI()\nasgi_app = socketio.ASGIApp(sio, other_asgi_app=app)', 'asgi_app'],
  ['shop = FastAPI()\napi = Logged(shop)\napp = Authenticated(api)', 'app'],
  ['api = FastAPI()\napp = Mangum(api)', 'api'],
  ['app = FastAPI()\napplication = TestClient(app)', 'app'],
  ['app = FastAPI()\nadmin = Admin(app, engine)', 'app'],
  ['app = FastAPI()\napi = Client(app.state.url)', 'app'],
  ['app = FastAPI()\napi = make(app.title, "app")', 'app'],
  ['app = MyFastAPI()', 'app'],
  ['from .server import app', 'app'],
  ['from .server import application as app', 'app'],
  ['from .server import (\n    router,  # the routes\n    app,\n)', 'app'],
  ['try:\n    import x\n    app = FastAPI()\nexcept ImportError:\n    raise', 'app'],
  ['api = APIRouter()\nservice = FastAPI()', 'service'],
])('%j has %s', (text, name) => {
  expect(scanModule(text).app).toBe(name);
});

test.each([
  '', 'app = typer.Typer()', 'app = APIRouter()', 'app == FastAPI()', '# app = FastAPI()', 'def make():\n    app = FastAPI()\n',
  'async def make():\n    app = FastAPI()\n', 'class A:\n    app = FastAPI()\n', 'from .server import (\n    # app,\n    router,\n)',
  'print("app = FastAPI()")', 'happy = 1',
])('%j has none', (text) => {
  expect(scanModule(text).app).toBeUndefined();
});

test('functions that may make an app', () => {
  expect(scanModule('def create_app():\n    pass\n\n\ndef map(x):\n    pass\n\n\ndef get_application(settings):\n    pass\n').factories).toEqual(['create_app', 'get_application']);
});
