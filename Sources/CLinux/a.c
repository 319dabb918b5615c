int trapline_stub;
