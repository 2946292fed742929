import { App } from 'aws-cdk-lib';
import { BookshopStack } from './bookshop-stack';

const app = new App();
new BookshopStack(app, 'Bookshop');
app.synth();
