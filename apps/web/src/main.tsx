import './base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { activate } from './i18n.ts';
import { chooseLanguage, preferences } from './preferences.ts';
import { Unloaded } from './unloaded.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root');

const language = chooseLanguage(preferences().language, null, navigator.languages);
const page = await activate(language).then(
	() => <App />,
	() => <Unloaded language={language} />,
);
createRoot(root).render(page);
