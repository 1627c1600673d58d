export { exportFile, type ExportFile, FILE_ENDINGS, type FileRequest } from './file.ts';
export { type Manifest } from './manifest.ts';
export { parquetOf } from './parquet.ts';
export { askDueExports, type ScheduleServices } from './schedule.ts';
export { expireFiles, keyOf, KEPT_DAYS, type RunServices, writeExport } from './run.ts';
export { SHEET_ROWS, workbookEntries } from './sheet.ts';
export { FileStoreError, fileStore, type S3Settings, s3Store } from './s3-store.ts';
export { type FileStore, folderStore } from './store.ts';
export { ExportTooLargeError, zipOf, type ZipEntry } from './zip.ts';
