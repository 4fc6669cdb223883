import { throwError } from "rxjs";

throwError(() => new RangeError("no subscriber cares")).subscribe({ error: (error) => console.error(error) });
