// What this module's types are made from: who imports it has that too.
@_exported import Settings
