//! Printers: documents to text.
