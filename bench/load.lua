-- wrk script: requests of a file ("path<TAB>body" a line) in turn; arguments: file, method, token.
local asked, bodies, n, number = {}, {}, 0, 0

function init(arguments)
  wrk.method = arguments[2] or "GET"
  wrk.headers["Content-Type"] = "application/fhir+json"
  wrk.headers["Accept"] = "application/fhir+json"
  if arguments[3] and arguments[3] ~= "" then
    wrk.headers["Authorization"] = "Bearer " .. arguments[3]
  end
  math.randomseed(os.time())
  number = math.random(1, 1000000) * 1000
  for line in io.lines(arguments[1]) do
    local path, body = line:match("^([^\t]*)\t(.*)$")
    local formatted = body == "" and wrk.format(nil, path) or path
    asked[#asked + 1], bodies[#bodies + 1] = formatted, body
  end
end

function request()
  n = n % #asked + 1
  if bodies[n] == "" then return asked[n] end
  number = number + 1
  return wrk.format(nil, asked[n], nil, (bodies[n]:gsub("@@", number)))
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("\nfigures %f %f %f %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
