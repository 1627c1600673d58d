export { backup, type BackupOptions } from './backup.ts';
export { BackupError, type BackupEnd, type BackupHead, type TableEnd } from './format.ts';
export { readBackupHead, restore, type RestoreOptions } from './restore.ts';
