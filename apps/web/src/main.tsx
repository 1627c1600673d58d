import './base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { activate } from './i18n.ts';
import { chooseLanguage, preferences } from './preferences.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root');

await activate(chooseLanguage(preferences().language, null, navigator.languages));
createRoot(root).render(<App />);
